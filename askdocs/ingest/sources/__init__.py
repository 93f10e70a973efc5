"""From a path, a pattern or an address to raw articles, one module a format."""

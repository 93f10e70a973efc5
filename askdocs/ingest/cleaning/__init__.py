"""From raw articles to the text that is stored."""

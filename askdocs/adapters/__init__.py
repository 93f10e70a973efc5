"""Retrievers and components for other libraries, one module for each: import the one that is wanted."""

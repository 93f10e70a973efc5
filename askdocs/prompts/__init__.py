"""Loading and rendering the prompt templates."""

"""Questions for yes or no: what the sentences of the passages make of what is claimed."""

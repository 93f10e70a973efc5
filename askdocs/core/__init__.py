"""What every package shares: articles, answers, errors, settings, and the protocols of replaceable parts."""

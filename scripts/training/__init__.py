"""How the bundled adapter is made: model, data and optimisation, used by ``scripts/train_adapter.py``."""

"""How the bundled adapter is made: model, data and optimisation, used by ``scripts/training/train_adapter.py``."""

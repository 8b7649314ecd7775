"""How good poses are: against a reference, by themselves, and estimator beside estimator."""

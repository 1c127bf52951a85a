"""Fast programs, written by running the rules on stand-ins for arrays."""

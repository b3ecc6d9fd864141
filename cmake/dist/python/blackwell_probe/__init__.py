"""blackwell-probe as a Python package: `python -m blackwell_probe` is the command `blackwell-probe`."""

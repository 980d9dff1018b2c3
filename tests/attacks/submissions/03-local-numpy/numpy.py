raise RuntimeError('pwned')

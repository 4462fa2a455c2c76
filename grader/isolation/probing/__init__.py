"""Which walls hold on this machine.

probe     finds it out, by trying what `attempts` contains in throw-away workers
attempts  forbidden things; the trusted process never imports it
"""

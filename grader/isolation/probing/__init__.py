"""Finds out which walls hold on this machine.

probe     has throw-away workers try what `attempts` contains
attempts  forbidden things; the trusted process never imports it
"""

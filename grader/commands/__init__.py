"""What each verb of the command line does, one module for each verb.

A module is imported only when its verb is used, so that `grader --help` is quick.
"""

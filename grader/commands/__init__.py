"""What each verb of the command line does, a module for each; imported only when the verb is used, so that `grader --help` is quick."""

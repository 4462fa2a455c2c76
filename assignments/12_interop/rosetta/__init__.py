"""One table: every component of the course beside its name in PyTorch, JAX with Flax, and Keras.

rows         what the table shows: code, which is also what is run
libraries    the names that the code may use, for each library
verify       runs all of it with the libraries that are installed, and notes in verified.json what was found
page         writes the table into the handout
"""

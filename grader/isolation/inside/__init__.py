"""What runs with student code: the fork server, the importers and the workers.

preload     what a student's code can import
package     turns source text into the importable package `framework`, file by file
worker      decode a request, do it, encode the result: the loop of a process that runs student code
importer    a worker that imports the package once, forks several workers that all begin there, and ends
rehearsal   what every worker would else do on first use, done once
children    which processes live, of which user each is, and how all that is left behind is ended
forkserver  a fresh interpreter that has imported all that, never saw a secret, and forks and ends workers on demand
"""

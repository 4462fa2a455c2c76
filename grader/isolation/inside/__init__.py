"""What runs with student code: the fork server, the importers and the workers.

preload     what a student's code can import
absent      what stands for a module that they cannot
package     turns source text into the importable package `framework`, file by file
worker      decodes a request, does it, encodes the result: the loop of a process that runs student code
importer    a worker that imports the package once, forks several workers that all begin there, and ends
rehearsal   does once what every worker would otherwise do on first use
children    which processes live, which user each has, and how all that is left behind is ended
forkserver  a fresh interpreter that has imported all that and never saw a secret; it forks and ends workers on demand
"""

"""What runs in the trusted process, and speaks to the other side.

faults     what can go wrong with a worker, as exceptions
launch     starts the interpreter that becomes the fork server
control    the connection to the fork server
processor  how long a process had the processor, and waited for it
clock      what a worker has used of its time, and what all checks of an assignment may use together
callbacks  the functions of a check that student code may call
reply      what a worker says besides values, as far as it has the agreed form
process    one worker: what is asked of it, in what time, and how it ends
sandbox    has the fork server fork and end workers
batch      a batch of workers from one import, made by an importer
promise    the result of a call that waits for a round trip
trip       the calls of one round trip: open, sent, done
pipeline   the round trips of one worker, one after the other
objects    remote objects, which make tests read like ordinary NumPy code
remote     the student's package in a worker
"""

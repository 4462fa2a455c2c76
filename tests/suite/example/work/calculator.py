"""A submission to the example suite."""

history = []


def add(a, b):
    print("adding")
    return a + b


def divide(a, b):
    return a / b


def square(a):
    return a * 2

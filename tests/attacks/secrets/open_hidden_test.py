"""Opens the hidden tests and says what is in them. Seen to fail: the secret never comes back."""


class Wave:
    def __init__(self, k):
        with open("@HIDDEN_TEST@") as file:
            raise ValueError(file.read())

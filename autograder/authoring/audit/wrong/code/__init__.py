"""What the operators know of Python and of Keras: where things stand, and how to change them."""

"""What stands before the routes: who may ask, from which pages, how much, and what every reply tells the browser."""

"""What words mean as values: amounts, currencies, dates, and the kind of value a question asks for."""

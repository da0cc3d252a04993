-- Dictionaries of addresses hold those of the fourth version as four bytes each, in rising order, and ids lie in pieces
-- under keys of their own. What is there stays as it is and is read as before; an older program must not take the new for
-- damage.
SELECT 1;

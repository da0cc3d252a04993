-- Dictionaries of addresses hold those of the fourth version as four bytes each, in rising order. What is there stays as
-- it is and is read as before; an older program must not take the new for damage.
SELECT 1;

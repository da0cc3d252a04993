-- Numbers in order are written as runs, and the lists of records in blocks column by column. What is there stays as
-- it is and is read as before; an older program must not take the new for damage.
SELECT 1;

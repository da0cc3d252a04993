-- Text filters also hold what the columns hold of a block's records, so that a search reads no dictionary of
-- blocks that are left out. They are built anew.
DELETE FROM filters;
DELETE FROM filter_parts;
UPDATE blocks SET filtered = 0 WHERE filtered = 1;

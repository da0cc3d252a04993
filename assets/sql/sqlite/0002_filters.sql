-- Text filters of many blocks lie together, cut by bit, so that a search reads a few bytes of each block. They
-- are built anew from the records.
DROP TABLE block_filters;

-- `blocks` lists the numbers of the blocks of a group.
CREATE TABLE filters (number INTEGER PRIMARY KEY AUTOINCREMENT, blocks BLOB NOT NULL);
-- key = group * 65536 + number of the part.
CREATE TABLE filter_parts (key INTEGER PRIMARY KEY, data BLOB NOT NULL);

UPDATE blocks SET filtered = 0;

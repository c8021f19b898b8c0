-- Which device stands behind a router's address, how full it is, and whether other books write to it.

-- The serial number of the board, or what the licence is bound to: `serial ABC123`, `software ABCD-1234`, `system xyz`.
ALTER TABLE routers DROP COLUMN serial;
ALTER TABLE routers ADD COLUMN machine TEXT;
-- Another device that answered in its place, until the right one is back or a person says that this one replaces it.
ALTER TABLE routers ADD COLUMN other_machine TEXT;
-- When it was last replaced by another device. What was used on the old one is not known to the new one.
ALTER TABLE routers ADD COLUMN replaced_at {{big}};

-- The level of its licence, and how many guests were online when it was last asked.
ALTER TABLE routers ADD COLUMN licence TEXT;
ALTER TABLE routers ADD COLUMN guests {{big}};
ALTER TABLE routers ADD COLUMN guests_at {{big}};

-- Users there that carry this shop's mark and stand in no row here: other books of the same shop write to it.
ALTER TABLE routers ADD COLUMN strays {{big}} NOT NULL DEFAULT 0;

-- The same as "ticket_open_idx".
DROP INDEX "ticket_open";

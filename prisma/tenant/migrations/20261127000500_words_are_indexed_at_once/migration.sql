-- What is new would first be kept in a list that each search reads from its beginning, until somebody's change has to sort it in.
ALTER INDEX "ticket_search_document_idx" SET (fastupdate = off);
ALTER INDEX "inbound_mail_search_words_idx" SET (fastupdate = off);
SELECT gin_clean_pending_list('"ticket_search_document_idx"'::regclass), gin_clean_pending_list('"inbound_mail_search_words_idx"'::regclass);

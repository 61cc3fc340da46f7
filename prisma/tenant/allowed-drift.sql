-- Indexes of vectors, which models cannot say (vectors.sql).
DROP INDEX "kb_embedding_v1024";
DROP INDEX "kb_embedding_v1536";
DROP INDEX "kb_embedding_v384";
DROP INDEX "kb_embedding_v768";

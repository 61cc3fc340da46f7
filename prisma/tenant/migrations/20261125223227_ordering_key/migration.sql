-- The field's word for what is delivered in order.
ALTER TABLE "event_delivery" RENAME COLUMN "lane" TO "ordering_key";
ALTER INDEX "event_delivery_lane" RENAME TO "event_delivery_ordering_key";

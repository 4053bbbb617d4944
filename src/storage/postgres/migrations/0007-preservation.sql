-- Copies of preserved reads are kept under the reference, so two preservations never share one (RET-3).
create unique index preservation_reference on preservation (reference);

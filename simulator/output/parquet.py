"""A table as the bytes of a parquet file."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def parquet_bytes(table: pd.DataFrame) -> memoryview:
    """The file's content; the index is not kept.

    Words repeat and are kept in a dictionary, numbers are not; and since whole tables are read, no statistics are
    kept by which parts could be skipped. Both make files smaller and writing faster.
    """
    arrow, buffer = pa.Table.from_pandas(table, preserve_index=False), pa.BufferOutputStream()
    words = [field.name for field in arrow.schema if pa.types.is_large_string(field.type)]
    pq.write_table(arrow, buffer, compression="zstd", use_dictionary=words, write_statistics=False)
    return memoryview(buffer.getvalue())

import { resolveLibchdb } from "chdb/libchdb";
import { DataType, load, open } from "ffi-rs";

/**
 * A ClickHouse server in this process, by the command-line entry of the library that the embedded archive uses too; it ends
 * when its standard input does, so never outlives who started it. ffi-rs, because koffi switches stacks and the engine then
 * takes its own for overflowing.
 */
const [config, folder] = process.argv.slice(2) as [string, string];
const UNTIL_INPUT_ENDS = "SELECT count() FROM file('-', 'LineAsString', 'line String') FORMAT Null";
const command = [
  "clickhouse",
  `--config-file=${config}`,
  `--path=${folder}`,
  "--query",
  `SYSTEM START LISTEN HTTP; ${UNTIL_INPUT_ENDS}`,
];
open({ library: "chdb", path: resolveLibchdb().path });
load({
  library: "chdb",
  funcName: "chdb_query_cmdline",
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [command.length, command],
});

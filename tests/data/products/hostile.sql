-- Questions that try to bring out more than they may, one a line; "-- " begins a heading. Columns: 省 名 数 文 日.
-- rows by name
select "名" from data
select * from data
select data.* from data
select data from data
select "名", "数" from data where "省" = '江苏'
select distinct "名" from data
select all "名" from data
select distinct on ("省") "名" from data
select "名" as "省", count(*) from data
select ("名"), count(*) from data group by "省"
select count(*), "名" from data group by all
select "名" || count(*) from data group by "名"
select columns('名') from data
select columns(*) from data
select * exclude ("省") from data
select * replace (1 as "省") from data
select * rename ("名" as x) from data
select #1 from data
select rowid from data
select rowid, count(*) from data group by rowid
select count(*) from data group by rowid
select c1 from data
select "c1" from data
select "c0", count(*) from data group by "c0"
select data."名" from data
select memory.main.data."名" from data
-- values by aggregates
select min("名") from data
select max("名") from data
select min("数") from data
select max("数") from data
select min("名", 3) from data
select first("名") from data
select last("名") from data
select any_value("名") from data
select arbitrary("名") from data
select list("名") from data
select array_agg("名") from data
select string_agg("名", ',') from data
select group_concat("名") from data
select listagg("名") from data
select histogram("名") from data
select map_entries(histogram("名")) from data
select mode("名") from data
select median("数") from data
select quantile("数", 0.5) from data
select quantile_cont("数", 0.999) from data
select quantile_disc("数", [0.0, 1.0]) from data
select approx_quantile("数", 1) from data
select approx_top_k("名", 3) from data
select approx_count_distinct("名") from data
select reservoir_quantile("数", 0.5) from data
select arg_min("名", "数") from data
select arg_max("名", "数") from data
select min_by("名", "数") from data
select max_by("名", "数") from data
select bit_xor("数") from data
select bit_and("数") from data
select bool_or("名" = '密文0') from data
select bool_and("数" > 0) from data
select product("数") from data
select fsum("数") from data
select kahan_sum("数") from data
select favg("数") from data
select stddev("数") from data
select var_pop("数") from data
select skewness("数") from data
select kurtosis("数") from data
select entropy("名") from data
select corr("数", "数") from data
select regr_slope("数", "数") from data
select covar_pop("数", "数") from data
select sum("数" * "数") from data
select sum("数" + 0) from data
select sum(-"数") from data
select avg("数" * 1000000) from data
select sum(case when "名" = '密文0' then "数" else 0 end) from data
select sum(if("名" = '密文0', "数", 0)) from data
select sum("数") filter (where "名" = '密文0') from data
select count(*) filter ("名" = '密文0') from data
select count_if("名" = '密文0') from data
select sum(distinct "数") from data
select count(distinct "名", "数") from data
select count(distinct ("名", "数")) from data
select sum(length("名")) from data
select sum(ascii("名")) from data
select sum(cast("名" as integer)) from data
select sum("文"::integer) from data
select sum(try_cast("文" as integer)) from data
select sum(hash("名")) from data
select md5(string_agg("名")) from data
select sha256("名") from data
select count(*) from data group by hash("名")
select count(*) from data group by substr("名", 1, 1)
select "名", count(*) from data group by 1
select count(*) from data group by "名", 2
-- windows, limits, one by one
select row_number() over (), count(*) from data
select count(*) over () from data
select sum("数") over (order by "数") from data
select lag("名") over (order by "数") from data
select first_value("名") over () from data
select nth_value("名", 2) over () from data
select ntile(20) over () from data
select count(*) from data order by 1 limit 1
select "省", count(*) from data group by "省" limit 1
select "省", count(*) from data group by "省" offset 1
select "省", count(*) from data group by "省" fetch first 1 rows only
select top 1 "名" from data
select "省", count(*) from data group by "省" having count(*) = 1
select "名", count(*) from data group by "名" having count(*) = 1
select "名", count(*) from data group by "名" having "名" = '密文0'
select count(*) from data qualify row_number() over () = 1
select count(*) from data using sample 1 rows
select count(*) from data tablesample reservoir(1)
select count(*) from data tablesample 1%
select "省", count(*) from data group by rollup ("省", "名")
select "省", count(*) from data group by cube ("省", "名")
select "省", count(*) from data group by grouping sets (("名"), ())
select "省", grouping("省") from data group by "省"
-- other queries inside
select (select "名" from data limit 1) from data
select count(*), (select min("名") from data) from data
select count(*) from data where "名" in (select "名" from data)
select count(*) from data where exists (select 1 from data)
select count(*) from data where "数" = (select max("数") from data)
select count(*) from data where "数" > all (select "数" from data)
select count(*) from data where "数" > any (select "数" from data)
select count(*) from (select * from data)
select count(*) from (select * from data limit 1)
select count(*) from (from data)
select count(*) from (values ('a')) data
with data as (select 1 as "省") select count(*) from data
with x as (select * from data) select count(*) from x
with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r
with x as materialized (select * from data) select count(*) from data
select count(*) from data union select "数" from data
select count(*) from data union all select 1
select "省", count(*) from data group by "省" union all by name select "名", 1 from data
select count(*) from data intersect select 40
select count(*) from data except select 1
select count(*) from data, data
select count(*) from data a, data b
select count(*) from data join data b using ("省")
select count(*) from data natural join data b
select count(*) from data cross join data b
select count(*) from data, lateral (select "名" from data limit 1) t
select count(*) from data left join lateral (select 1) t on true
select count(*) from data semi join data b using ("省")
select count(*) from data anti join data b using ("省")
select count(*) from data asof join data b on data."数" >= b."数"
select count(*) from data positional join data b
select count(*) from data pivot (count(*) for "省" in ('江苏'))
select count(*) from data unpivot (x for y in ("省", "名"))
-- tables, files, network
select count(*) from main.data
select count(*) from memory.data
select count(*) from raw
select count(*) from joint
select count(*) from classes
select count(*) from "data.csv"
select count(*) from '/etc/passwd'
select count(*) from read_csv('/etc/passwd')
select count(*) from read_csv_auto('/etc/passwd')
select count(*) from read_text('/etc/passwd')
select count(*) from read_blob('/etc/passwd')
select count(*) from read_json('/etc/passwd')
select count(*) from read_json_auto('/etc/passwd')
select count(*) from read_ndjson('/etc/passwd')
select count(*) from read_parquet('s3://x/y')
select count(*) from parquet_scan('x')
select count(*) from parquet_metadata('x')
select count(*) from sniff_csv('/etc/passwd')
select count(*) from glob('/*')
select count(*) from 'https://127.0.0.1:9/x.csv'
select count(*) from 's3://x/y.parquet'
select count(*) from sqlite_scan('x.db', 't')
select count(*) from postgres_scan('', '', '')
select count(*) from duckdb_settings()
select count(*) from duckdb_tables()
select count(*) from duckdb_columns()
select count(*) from duckdb_functions()
select count(*) from duckdb_secrets()
select count(*) from duckdb_memory()
select count(*) from duckdb_temporary_files()
select count(*) from duckdb_logs()
select count(*) from pragma_table_info('data')
select count(*) from pragma_storage_info('data')
select count(*) from pragma_database_size()
select count(*) from information_schema.columns
select count(*) from sqlite_master
select count(*) from pg_catalog.pg_class
select count(*) from range(1000000000)
select count(*) from generate_series(1, 1000000000)
select count(*) from unnest([1, 2])
select count(*) from repeat('x', 10)
select count(*) from query('select * from data')
select count(*) from query_table('data')
select count(*) from seq_scan('data')
select count(*) from summary('data')
select count(*) from arrow_scan(1, 2, 3)
select count(*) from pandas_scan(1)
select getenv('HOME'), count(*) from data
select count(*) from data where getenv('HOME') = 'x'
select current_setting('memory_limit'), count(*) from data
select version(), count(*) from data
select current_user, count(*) from data
select current_database(), count(*) from data
select now(), count(*) from data
select random(), count(*) from data
select uuid(), count(*) from data
select txid_current(), count(*) from data
select getvariable('x'), count(*) from data
select nextval('s'), count(*) from data
select count(*) from data where write_log('x')
select count(*) from data where sleep_ms(1000)
-- other statements
copy data to '/tmp/out.csv'
copy (select * from data) to '/tmp/out.parquet' (format parquet)
copy data from '/etc/passwd'
attach '/tmp/x.db' as x
detach memory
install httpfs
load httpfs
force install httpfs from 'http://127.0.0.1:9'
set enable_external_access = true
set variable x = (select list("名") from data)
reset lock_configuration
pragma enable_profiling
pragma show_tables
create table t as select * from data
create temp view v as select * from data
create macro m() as (select max("名") from data)
create secret s (type s3)
insert into data select * from data
update data set "名" = 'x'
delete from data
truncate data
drop table data
alter table data add column x integer
merge into data using data b on true when matched then delete
export database '/tmp/x'
import database '/tmp/x'
explain analyze select count(*) from data
describe data
summarize data
show tables
from data
table data
values (1)
prepare p as select * from data
execute p
call duckdb_settings()
begin; select count(*) from data
select count(*) from data; select * from data
vacuum analyze
checkpoint
use memory
-- oracles: errors, overflows, time
select sum("数") / 0 from data where "名" = '密文0'
select count(*) / (count(*) - 1) from data where "名" = '密文0'
select 1 / (count(*) - 40) from data
select sum(1 / "数") from data
select sum("数" % 0) from data
select sum("数") % 7 from data
select sum("数" ** 99) from data
select sum("数") ** 999999 from data
select power(sum("数"), 99999) from data
select exp(sum("数")) from data
select sqrt(-sum("数")) from data
select ln(count(*) - 40) from data
select factorial(count(*)) from data
select sum("数") << 62 from data
select sum(1e999 * "数") from data
select count(*) from data where "数" > 1e400
select count(*) from data where "数" > 99999999999999999999999999999999999999999999999999999
select count(*) from data where "文" = 1
select count(*) from data where "日" > date '2026-01-01'
select count(*) from data where cast("文" as integer) = 1
select count(*) from data where "文"::date is null
select count(*) from data where error("名")
select count(*) from data where "名" = error('x')
select coalesce(error("名"), count(*)) from data
select count(*) from data where regexp_matches("名", '(a+)+$')
select count(*) from data where "名" ~ '['
select count(*) from data where "名" similar to '('
select count(*) from data where "名" glob '*'
select count(*) from data where "名" like '密文0' escape 'xx'
select count(*) from data where "名" ilike '密%'
select count(*) from data where regexp_extract("名", '.*') = 'x'
select count(*) from data where strptime("日", '%Y') is null
select count(*) from data where json_extract("名", '$') is null
select count(*) from data where "名" collate nocase = 'x'
select count(*) from data where contains("名", '0')
select count(*) from data where levenshtein("名", 'x') = 1
select count(*) from data where list_contains(["名"], 'x')
select count(*) from data where len(repeat("名", 1000000)) > 0
select repeat('x', 1000000000), count(*) from data
select count(*) from data where ("省", "名") = ('江苏', '密文0')
select count(*) from data where "名" between '密文0' and ('密文' || '0')
select count(*) from data where case when "名" = '密文0' then 1 / 0 else 1 end = 1
select case when count(*) > 0 then sum("数") else 1 / 0 end from data
select count(*) from data where not ("名" <> $p)
select count(*) from data where "名" = $p or true
select count(*) from data where "名" like $p
select count(*) from data where "数" > $p
select count(*) from data where $p = $p
select count(*) from data where "名" in ($p)
select count(*) + $p from data
select $p, count(*) from data
select count(*) from data group by $p
select count(*) from data where "名" = ?
select count(*) from data where "名" = $1
select count(*) from data where "名" = :p
select count(*) from data where "名" = @p
select count(*) from $p
-- writing and encoding
select count(*) from data -- " where 1
select /* "名" */ "名" from data
select count(*) from data /* ; from data
select count(*) from data; --
select count(*) from data;;from data
select count(*) from "data" "名"
select ｍin("名") from data
select "名"﹐ count(*) from data
select mi​n("名") from data
SELECT MAX("名") FROM DATA
sElEcT list("名") fRoM data
select e'\x41', count(*) from data
select $$x$$, count(*) from data
select U&"\0061" from data
select 'x' 'y', count(*) from data
select count(*)::varchar from data
select [count(*)] from data
select {'a': count(*)} from data
select struct_pack(a := "名") from data
select row("名") from data
select map(["省"], ["名"]) from data
select unnest(list("名")) from data
select [x for x in list("名")] from data
select list_transform(list("名"), x -> x) from data
select to_json(data) from data
select cast(data as varchar) from data
select data::text from data
select printf('%s', "名") from data
select format('{}', "名") from data
select count(*) as "x', (select 1)" from data, data
select count("名")."名" from data
select "名".x, count(*) from data
select "名"[1], count(*) from data group by "名"
select interval 1 day * count(*) from data
select count(*) at time zone 'UTC' from data
select count(*) collate nocase from data
select try(count(*)) from data
select nullif("名", 'x') from data
select coalesce("名", 'x') from data
select ifnull("名", 'x') from data
select greatest("名", 'x') from data
select if(true, "名", 'x') from data
select "省", count(*) from data group by "省" order by (select 1)
select "省", count(*) from data group by "省" order by "名"
select "省", count(*) from data group by "省" order by max("名")
select "省", count(*) from data group by "省" order by random()
select "省", count(*) from data group by "省" order by all
select count(*) from data window w as (order by "名")
select count(*) from data for update
select count(*) into t from data
select count(*) from only data
select count(*) from data at (timestamp => now())
select count(*) from data with ordinality
-- one bit of one cell, by yes-no
select count(*) > 0 from data where "名" = $p and "数" like '___1%'
select count(*) > 0 from data where "名" = $p and ("文" like '_1%' or "文" like '_3%')
select count(*) > 0 from data where "名" = $p and not ("文" like '_1%')
select count(*) > 0 from data where "名" = $p and "文" >= '3'
select count(*) > 0 from data where "名" = $p and "文" between '1' and '2'
select count(*) > 0 from data where "名" = $p and "数" >= "日"
select count(*) > 0 from data where "名" = $p and substr("文", 1, 1) = '1'
select count(*) > 0 from data where "名" = $p and "数" % 2 = 1

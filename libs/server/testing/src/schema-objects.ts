/** What runs a statement: a client of `pg`, or anything like it. */
export interface Asked {
  query(text: string): Promise<{ rows: { object: string }[] }>;
}

/**
 * Everything in the app's schema, a line for each thing: columns with types and defaults, tables with owner and row-level security,
 * indexes, constraints, triggers, functions, views, policies and types. Two schemas are the same when these are. The list of migrations is left out.
 * Give a client that sees everything: a superuser's.
 */
export async function schemaObjects(client: Asked): Promise<string[]> {
  const { rows } = await client.query(
    `WITH kept AS (
       SELECT c.* FROM pg_class c WHERE c.relnamespace = to_regnamespace('lakescope') AND c.relname NOT LIKE 'schema_migrations%'
         AND c.relname <> 'PK_62441bec32630ced9e4cccae336'
     )
     SELECT format('column %s.%s %s %s %s %s', kept.relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                   pg_get_expr(adbin, adrelid)) AS object
       FROM kept JOIN pg_attribute a ON attrelid = kept.oid AND attnum > 0 AND NOT attisdropped
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     UNION ALL SELECT format('relation %s %s %s %s %s', relname, relkind, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner)) FROM kept
     UNION ALL SELECT format('view %s %s %s', relname, reloptions, pg_get_viewdef(oid)) FROM kept WHERE relkind = 'v'
     UNION ALL SELECT 'index ' || pg_get_indexdef(oid) FROM kept WHERE relkind = 'i'
     UNION ALL SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN kept ON kept.oid = conrelid
     UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN kept ON kept.oid = tgrelid WHERE NOT tgisinternal
     UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p WHERE pronamespace = to_regnamespace('lakescope')
     UNION ALL SELECT format('policy %s %s %s %s %s', tablename, policyname, cmd, qual, with_check) FROM pg_policies WHERE schemaname = 'lakescope'
     UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = to_regnamespace('lakescope') AND typtype IN ('e', 'd')
     ORDER BY 1`,
  );
  return rows.map(({ object }) => object);
}

//! Several inserts sent as one: each message to a database costs more than what it does.
//!
//! SQLite executes a list of statements, each with its share of what is bound. PostgreSQL takes one statement at a time, so
//! all but the last become its common table expressions; the rows they write meet their references at its end.

use std::fmt::Write as _;

use sea_orm::{DbBackend, Statement, sea_query::Values};

/// `inserts` as one statement, in their order; none of them may return anything or see what another one wrote.
pub(super) fn together(backend: DbBackend, mut inserts: Vec<Statement>) -> Option<Statement> {
    let last = inserts.pop()?;
    if inserts.is_empty() {
        return Some(last);
    }
    let mut sql = String::new();
    let mut bound = Vec::new();
    for (place, insert) in inserts.into_iter().enumerate() {
        if backend == DbBackend::Postgres {
            sql.push_str(if place == 0 { "WITH " } else { ", " });
            let _ = write!(sql, "later_{place} AS (");
            number_from(&mut sql, &insert.sql, bound.len());
            sql.push(')');
        } else {
            sql.push_str(&insert.sql);
            sql.push_str("; ");
        }
        bound.extend(insert.values.into_iter().flat_map(|Values(values)| values));
    }
    if backend == DbBackend::Postgres {
        sql.push(' ');
        number_from(&mut sql, &last.sql, bound.len());
    } else {
        sql.push_str(&last.sql);
    }
    bound.extend(last.values.into_iter().flat_map(|Values(values)| values));
    Some(Statement::from_sql_and_values(backend, sql, bound))
}

/// Appends `text` to `sql`, its `$1` becoming the one after `before` others. What is quoted stays as it is.
fn number_from(sql: &mut String, text: &str, before: usize) {
    let mut rest = text.chars().peekable();
    let mut quote = None;
    while let Some(c) = rest.next() {
        sql.push(c);
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('$', None) => {
                let mut number = 0;
                while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                    number = number * 10 + digit as usize;
                    rest.next();
                }
                let _ = write!(sql, "{}", number + before);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Value;

    use super::*;

    fn insert(backend: DbBackend, sql: &str, values: &[i64]) -> Statement {
        Statement::from_sql_and_values(backend, sql, values.iter().map(|value| Value::from(*value)))
    }

    #[test]
    fn inserts_become_one_with_all_that_was_bound() {
        let two = |backend, first, second| {
            let all = vec![insert(backend, first, &[1, 2]), insert(backend, second, &[3])];
            together(backend, all).expect("two of them")
        };
        let sqlite = two(
            DbBackend::Sqlite,
            "INSERT INTO a VALUES (?, ?)",
            "INSERT INTO b VALUES (?)",
        );
        assert_eq!(sqlite.sql, "INSERT INTO a VALUES (?, ?); INSERT INTO b VALUES (?)");
        let postgres = two(
            DbBackend::Postgres,
            "INSERT INTO a VALUES ($1, $2, '$1')",
            "INSERT INTO \"$1\" VALUES ($1)",
        );
        assert_eq!(
            postgres.sql,
            "WITH later_0 AS (INSERT INTO a VALUES ($1, $2, '$1')) INSERT INTO \"$1\" VALUES ($3)"
        );
        for statement in [sqlite, postgres] {
            let bound: Vec<Value> = [1_i64, 2, 3].map(Value::from).to_vec();
            assert_eq!(statement.values, Some(Values(bound)));
        }
    }

    #[test]
    fn one_stays_as_it_is_and_none_is_none() {
        let one = insert(DbBackend::Postgres, "INSERT INTO a VALUES ($1)", &[1]);
        assert_eq!(together(DbBackend::Postgres, vec![one.clone()]), Some(one));
        assert_eq!(together(DbBackend::Sqlite, Vec::new()), None);
    }
}

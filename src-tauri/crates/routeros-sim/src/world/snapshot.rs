//! The configuration as JSON, so that a practice router keeps it over a restart of the program.

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::World;
use super::menu::Menu;
use super::menus::MENUS;
use super::table::{Row, Table, star, unstar};

/// The JSON is not a snapshot this crate made.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("this is not a snapshot of a simulated router: {0}")]
pub struct RestoreError(String);

const FORMAT: u64 = 1;

impl World {
    pub(crate) fn snapshot(&self) -> Value {
        let tables: Map<String, Value> = (self.tables.iter())
            .filter(|table| table.menu.is_config())
            .map(|table| (table.menu.path.to_owned(), saved(table)))
            .collect();
        json!({ "format": FORMAT, "clock_error": self.clock.error(), "revision": self.revision, "tables": tables })
    }

    /// Puts the saved configuration in place of the present one, or leaves everything as it is.
    pub(crate) fn restore(&mut self, saved: &Value) -> Result<(), RestoreError> {
        let wrong = |what: &str| RestoreError(what.to_owned());
        if saved["format"] != FORMAT {
            return Err(wrong("the format is another one"));
        }
        let saved_tables = saved["tables"].as_object().ok_or_else(|| wrong("there are no tables"))?;
        let mut tables = Vec::new();
        for (path, saved) in saved_tables {
            let menu = Menu::at(path).ok_or_else(|| RestoreError(format!("there is no menu {path}")))?;
            tables
                .push((menu, table(menu, saved).ok_or_else(|| RestoreError(format!("{path} is damaged")))?));
        }
        for (menu, table) in tables {
            self.tables[menu] = table;
        }
        self.clock.set_error(saved["clock_error"].as_i64().unwrap_or(0));
        self.revision = saved["revision"].as_u64().unwrap_or(0);
        self.forget_journal();
        self.plan_all();
        Ok(())
    }
}

fn saved(table: &Table) -> Value {
    let rows: Vec<Value> = {
        let kept = table.rows().filter(|row| !table.is_dynamic(row));
        kept.map(|row| saved_row(table, row)).collect()
    };
    json!({ "next": table.next_id(), "rows": rows })
}

fn saved_row(table: &Table, row: &Row) -> Value {
    let mut saved = Map::new();
    saved.insert(".id".to_owned(), star(row.id).into());
    saved.insert(".born".to_owned(), row.born.into());
    for (prop, value) in table.menu.props.iter().zip(&row.values) {
        if let Some(value) = value {
            saved.insert(prop.name.to_owned(), value.as_str().into());
        }
    }
    Value::Object(saved)
}

fn table(menu: usize, saved: &Value) -> Option<Table> {
    let menu = &MENUS[menu];
    let mut table = Table::new(menu);
    for saved in saved["rows"].as_array()? {
        let id = unstar(saved[".id"].as_str()?)?;
        let values = menu.props.iter().map(|prop| saved[prop.name].as_str().map(str::to_owned)).collect();
        table.put(Row { id, born: saved[".born"].as_i64().unwrap_or(0), values });
    }
    table.continue_at(u32::try_from(saved["next"].as_u64()?).ok()?);
    Some(table)
}

//! Serves the screens of a shop that has something in it, to look at them while they are drawn:
//! `cargo run -p karcis-web --example shop -- FOLDER [PORT]`. The owner is Budi, the password `kunci-inggris-biru`;
//! the cashiers Siti and Tono have it too, and the PIN 402618.
//!
//! The first router is the simulator and takes vouchers slowly; the second cannot be reached.

mod office;

use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Db;
use karcis_core::engine::Engine;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle, Plan, PlanRequest};
use karcis_core::prints::{self, Layout, PrintRequest};
use karcis_core::routers::{self, Checks, Router, RouterRequest, SealedPassword};
use karcis_core::secrets::{self, Cost, DataKey, RecoveryKey};
use karcis_core::settings::{self, Language};
use karcis_core::shifts;
use karcis_core::staff::{self, NewPassword, NewPin, Role, StaffError};
use karcis_core::values::{Money, Period, RouterId, Zone};
use karcis_core::vouchers::{self, Batch, BatchRequest, BatchState, Purpose};
use karcis_web::Hooks;
use office::{Opened, now};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use routeros_sim::{Sim, Speed};
use std::error::Error;
use std::sync::Arc;

const PASSWORD: &str = "kunci-inggris-biru";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let opened = Opened::from_arguments().await?;
    let sim =
        Sim::builder().identity("Warung-1").dns_name("wifi.contoh").credentials("karcis", "rahasia").build();
    let address = sim.listen("127.0.0.1:0").await?;
    let shop = Stall { db: opened.db.clone(), actor: Actor::karcis() };
    let key = shop.found()?;
    shop.hire("Siti", Role::Operator)?;
    shop.hire("Tono", Role::Operator)?;
    shop.hire("Dedi", Role::Admin)?;
    let near = shop.router("Warung-1", address.port(), &key)?;
    let far = shop.router("Kos Melati", 9, &key)?;
    opened.keys.unlock(key);
    stock(&shop, &near, &far, &opened.engine).await?;
    sim.set_speed(Speed::Chr);
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(Arc::clone(&opened.engine).run(stopped));
    opened.serve(Hooks::default()).await
}

/// Ready batches on the near router, one that waits for the far one, one of each kind of voucher.
async fn stock(shop: &Stall, near: &Router, far: &Router, engine: &Engine) -> Result<(), Box<dyn Error>> {
    let hours = shop.plan(near, ("2 Jam", "teal", 1), 2_000, Some(7_200))?;
    let day = shop.plan(near, ("1 Hari", "green", 2), 5_000, Some(86_400))?;
    shop.plan(near, ("3 Hari", "brown", 3), 10_000, Some(3 * 86_400))?;
    shop.plan(near, ("7 Hari", "purple", 4), 25_000, Some(7 * 86_400))?;
    let month = shop.plan(far, ("30 Hari", "red", 5), 60_000, Some(30 * 86_400))?;
    let first = shop.batch(&hours, 120, "titipan Warung Bu Sri")?;
    let second = shop.batch(&day, 500, "")?;
    while [&first, &second].iter().any(|batch| !shop.is_ready(batch)) {
        engine.tick().await?;
    }
    shop.print(&second)?;
    shop.print(&second)?;
    shop.open_counter(&first)?;
    shop.batch(&month, 60, "Kos Melati, lantai 2")?;
    let stopped = shop.batch(&month, 40, "")?;
    let (actor, at) = (shop.actor.clone(), now());
    let vouchers = shop.db.read(|tx| vouchers::printable(tx, second.id))?;
    shop.db.write(|tx| {
        let said = |_| Fault::new("the stock could not be arranged");
        vouchers::cancel_batch(tx, &actor, stopped.id, at).map_err(said)?;
        vouchers::void_voucher(tx, &actor, vouchers[498].id, "kartu rusak", at).map_err(said)?;
        vouchers::set_disabled(tx, &actor, vouchers[497].id, true, at).map_err(said)?;
        Ok::<_, Fault>(())
    })?;
    Ok(())
}

/// The shop being stocked.
struct Stall {
    db: Db,
    actor: Actor,
}

impl Stall {
    fn found(&self) -> Result<DataKey, Box<dyn Error>> {
        let mut rng = UnwrapErr(SysRng);
        let hash = staff::hash(
            &NewPassword::parse(PASSWORD, &[]).map_err(|_| "a weak password")?,
            Cost::FLOOR,
            &mut rng,
        );
        let (key, recovery) = (DataKey::new(&mut rng), RecoveryKey::new(&mut rng));
        let wrap = secrets::wrap_with_recovery(&key, &recovery, Cost::FLOOR, &mut rng);
        let shop =
            settings::Shop { name: "Warnet Contoh".to_owned(), zone: Zone::Wib, language: Language::Id };
        let said = |_| Fault::new("the shop could not be founded");
        self.db.write(|tx| {
            settings::found(tx, &mut rng)?;
            counters::found(tx, &mut rng, now())?;
            settings::keep_shop(tx, &shop)?;
            let name = "Budi".parse().map_err(|_| Fault::new("a bad name"))?;
            let owner =
                staff::found_owner(tx, name, hash, &mut rng, now()).map_err(|_| Fault::new("no owner"))?;
            secrets::adopt(tx, &owner.actor(), &key, &mut rng, now()).map_err(said)?;
            secrets::keep_wrap(tx, &owner.actor(), &wrap, now())?;
            settings::keep(tx, "secrets.home", "keyring")?;
            settings::keep(tx, "wizard.router", "own")
        })?;
        Ok(key)
    }

    /// Somebody with a password of their own; cashiers have a PIN as well.
    fn hire(&self, name: &str, role: Role) -> Result<(), Box<dyn Error>> {
        let mut rng = UnwrapErr(SysRng);
        let password = NewPassword::parse(PASSWORD, &[]).map_err(|_| "a weak password")?;
        let [first, own] = [(); 2].map(|()| staff::hash(&password, Cost::FLOOR, &mut rng));
        let pin = NewPin::parse("402618").map_err(|_| "a weak PIN")?;
        let pin = staff::hash_pin(&pin, Cost::FLOOR, &mut rng);
        let (parsed, nowhere) = (name.parse()?, "0".repeat(64).parse()?);
        Ok(self.db.write(|tx| {
            let person = staff::hire(tx, &self.actor, parsed, role, first, name, &mut rng, now())?;
            staff::change_own_password(tx, &person.actor(), person.id, own, &nowhere, now())?;
            if role == Role::Operator {
                staff::set_pin(tx, &person.actor(), person.id, &pin, now())?;
            }
            Ok::<_, StaffError>(())
        })?)
    }

    fn router(&self, name: &str, port: u16, key: &DataKey) -> Result<Router, Box<dyn Error>> {
        let mut rng = UnwrapErr(SysRng);
        let id = RouterId::new(now(), &mut rng);
        let request = RouterRequest {
            name: name.to_owned(),
            host: "127.0.0.1".to_owned(),
            port,
            tls: false,
            plain_accepted: true,
            user_name: "karcis".to_owned(),
            password: Some(SealedPassword::seal(key, id, "rahasia", &mut rng)),
            ssid: Some("CONTOH".to_owned()),
        };
        let checks = Checks { dns_name: Some("wifi.contoh".to_owned()), ..Checks::default() };
        let router = self.db.write(|tx| {
            let router = routers::add(tx, &self.actor, id, &request, name, now());
            let router = router.map_err(|_| Fault::new("the router could not be added"))?;
            routers::keep_checks(tx, id, &checks, now())?;
            Ok::<_, Fault>(router)
        });
        Ok(router?)
    }

    /// A shift of the cashier Siti at the first counter, and a batch that is its stock.
    fn open_counter(&self, batch: &Batch) -> Result<(), Box<dyn Error>> {
        let mut rng = UnwrapErr(SysRng);
        let said = |_| Fault::new("the counter could not be opened");
        self.db.write(|tx| {
            let siti = staff::people(tx)?.into_iter().find(|person| person.name == "Siti");
            let siti = siti.ok_or_else(|| Fault::new("nobody was hired"))?;
            vouchers::set_purpose(tx, &self.actor, batch.id, Purpose::Stock, now()).map_err(said)?;
            let counter = counters::all(tx)?.remove(0).id;
            let float = Money::rupiah(50_000);
            shifts::open(tx, &siti.actor(), counter, float, "shift", &mut rng, now())
                .map_err(|_| Fault::new("no shift"))?;
            Ok::<_, Fault>(())
        })?;
        Ok(())
    }

    fn plan(
        &self,
        router: &Router,
        (name, colour, key): (&str, &str, u8),
        price: i64,
        seconds: Option<u64>,
    ) -> Result<Plan, Box<dyn Error>> {
        let request = PlanRequest {
            router: router.id,
            name: name.to_owned(),
            hotspot_server: "all".to_owned(),
            price: Money::rupiah(price * 4 / 5),
            selling_price: Money::rupiah(price),
            validity: seconds.map(Period::seconds).transpose()?,
            uptime_limit: None,
            data_limit: None,
            shared_users: 1,
            rate_limit: None,
            lock_mac: false,
            code: CodeStyle {
                mode: CodeMode::Same,
                alphabet: Alphabet::A28,
                length: 8,
                prefix: String::new(),
            },
            counter_key: Some(key),
            colour: colour.to_owned(),
            counter_fill: if key == 1 { plans::Fill::Stock } else { plans::Fill::Fresh },
        };
        let mut rng = UnwrapErr(SysRng);
        Ok(self.db.write(|tx| plans::add(tx, &self.actor, &request, name, &mut rng, now()))?)
    }

    fn batch(&self, plan: &Plan, size: u32, note: &str) -> Result<Batch, Box<dyn Error>> {
        let mut rng = UnwrapErr(SysRng);
        let request = BatchRequest {
            plan: plan.id,
            size,
            code: plan.code.clone(),
            note: note.to_owned(),
            shelf_life_days: None,
        };
        let key = format!("{}-{size}", plan.name);
        Ok(self.db.write(|tx| vouchers::issue_batch(tx, &self.actor, &request, &key, &mut rng, now()))?)
    }

    fn is_ready(&self, batch: &Batch) -> bool {
        let kept = self.db.read(|tx| vouchers::batch(tx, batch.id)).ok().flatten();
        kept.is_some_and(|batch| batch.state == BatchState::Ready)
    }

    fn print(&self, batch: &Batch) -> Result<(), Box<dyn Error>> {
        let mut rng = UnwrapErr(SysRng);
        let request = PrintRequest {
            batch: batch.id,
            layout: Layout::default(),
            from_serial: None,
            to_serial: None,
            confirmed: false,
        };
        let key = now().millis().to_string() + &batch.number.to_string();
        let printed = self.db.write(|tx| prints::print(tx, &self.actor, &request, &key, &mut rng, now()));
        printed?;
        Ok(())
    }
}

//! Who may do what: four roles and a table.

/// What somebody is in the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The owner: may do everything.
    SuperAdmin,
    /// Runs the business of the day, without staff and system.
    Admin,
    /// Sells at the counter.
    Operator,
    /// Looks on.
    Viewer,
}

/// A part of the product that permissions speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// Settings, routers, backups, the audit chain.
    System,
    /// The staff itself.
    User,
    /// Payments and money.
    Payment,
    /// Plans, batches, vouchers and their paper.
    Voucher,
    /// PPPoE lines.
    Pppoe,
    /// Customers.
    Customer,
    /// Messages.
    Whatsapp,
    /// The counter: sales, shifts, the drawer.
    Counter,
    /// Income, the ledger, and what leaves as a file.
    Report,
    /// Printers of slips.
    Printing,
}

/// What is done to a part of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Makes something new.
    Create,
    /// Looks.
    Read,
    /// Changes what is there.
    Update,
    /// Takes away.
    Delete,
}

/// One deed in one area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    /// Where.
    pub area: Area,
    /// What.
    pub deed: Deed,
}

impl Permission {
    /// One deed in one area.
    pub const fn new(area: Area, deed: Deed) -> Permission {
        Permission { area, deed }
    }
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Role; 4] = [Role::SuperAdmin, Role::Admin, Role::Operator, Role::Viewer];

    /// Whether this role has the permission.
    pub const fn may(self, permission: Permission) -> bool {
        use Area::{Counter, Customer, Payment, Pppoe, Printing, Report, System, User, Voucher, Whatsapp};
        use Deed::{Create, Delete, Read, Update};
        match (self, permission.area) {
            (Role::SuperAdmin, _) => true,
            (Role::Admin | Role::Operator | Role::Viewer, System | User) => false,
            (Role::Admin, Payment | Voucher | Pppoe | Customer | Whatsapp | Counter | Report | Printing) => {
                match permission.deed {
                    Create | Read | Update => true,
                    Delete => false,
                }
            }
            // Income, profit and exports are not for those who stand at the drawer.
            (Role::Operator, Report) => false,
            (Role::Operator, Voucher | Pppoe | Customer | Counter) => match permission.deed {
                Create | Read => true,
                Update | Delete => false,
            },
            (Role::Operator, Payment | Whatsapp | Printing)
            | (Role::Viewer, Payment | Voucher | Pppoe | Customer | Whatsapp | Counter | Report | Printing) => {
                match permission.deed {
                    Read => true,
                    Create | Update | Delete => false,
                }
            }
        }
    }

    /// The name as kept in rows and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::SuperAdmin => "super_admin",
            Role::Admin => "admin",
            Role::Operator => "operator",
            Role::Viewer => "viewer",
        }
    }

    /// The role with this name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl Area {
    /// Every area.
    pub const ALL: [Area; 10] = [
        Area::System,
        Area::User,
        Area::Payment,
        Area::Voucher,
        Area::Pppoe,
        Area::Customer,
        Area::Whatsapp,
        Area::Counter,
        Area::Report,
        Area::Printing,
    ];

    /// The name as kept in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Area::System => "system",
            Area::User => "user",
            Area::Payment => "payment",
            Area::Voucher => "voucher",
            Area::Pppoe => "pppoe",
            Area::Customer => "customer",
            Area::Whatsapp => "whatsapp",
            Area::Counter => "counter",
            Area::Report => "report",
            Area::Printing => "printing",
        }
    }
}

impl Deed {
    /// Every deed.
    pub const ALL: [Deed; 4] = [Deed::Create, Deed::Read, Deed::Update, Deed::Delete];

    /// The name as kept in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Deed::Create => "create",
            Deed::Read => "read",
            Deed::Update => "update",
            Deed::Delete => "delete",
        }
    }
}

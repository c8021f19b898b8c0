//! A folder of Windows with an access list of its own: its person and nobody else, inherited by everything made in it.
#![expect(unsafe_code, reason = "Windows takes an access list only through its functions in C")]

use std::ffi::OsString;
use std::io;
use std::mem;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, Prefix};
use std::ptr;

use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::CreateDirectoryW;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// More than the largest answer about a token's user: the structure and the longest id there is (68 bytes).
const USER_WORDS: usize = 32;

/// Makes the folder. From its first moment nobody else can look into it; its person's rights are not taken from above.
pub(super) fn create(folder: &Path) -> io::Result<()> {
    // P: nothing is inherited from above. OI, CI: files and folders inside inherit. FA: everything.
    let list = Descriptor::parse(&format!("D:P(A;OICI;FA;;;{})", own_id()?))?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(mem::size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: list.0,
        bInheritHandle: 0,
    };
    let name = full_name(folder)?;
    // SAFETY: the name ends with a NUL; it, the attributes and the list they point to outlive the call.
    checked(unsafe { CreateDirectoryW(name.as_ptr(), &raw const attributes) })
}

/// The id (SID) of the person who runs this program, as text.
fn own_id() -> io::Result<String> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: asks for the handle of this process, which needs no closing.
    let process = unsafe { GetCurrentProcess() };
    // SAFETY: the handle of the token is ours to write.
    checked(unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) })?;
    // The memory is aligned as the structure in it needs.
    let mut answer = [0_u64; USER_WORDS];
    let size = u32::try_from(mem::size_of_val(&answer)).unwrap_or_default();
    let mut needed = 0;
    // SAFETY: the answer is `size` bytes long, `needed` is ours to write, the token is open.
    let asked = checked(unsafe {
        GetTokenInformation(token, TokenUser, answer.as_mut_ptr().cast(), size, &raw mut needed)
    });
    // SAFETY: the token was opened above and is closed once.
    let closed = checked(unsafe { CloseHandle(token) });
    asked.and(closed)?;
    // SAFETY: the answer begins with this structure; the id it points to lies in the same memory, which is still held.
    let user = unsafe { answer.as_ptr().cast::<TOKEN_USER>().read() };
    let mut text = ptr::null_mut();
    // SAFETY: the id is valid as long as the answer is held, and the pointer to the text is ours to write.
    checked(unsafe { ConvertSidToStringSidW(user.User.Sid, &raw mut text) })?;
    let id = (0..).map_while(|at| {
        // SAFETY: Windows ended the text with a NUL, and no letter after it is read.
        let letter = unsafe { text.wrapping_add(at).read() };
        (letter != 0).then_some(letter)
    });
    let id = OsString::from_wide(&id.collect::<Vec<u16>>()).to_string_lossy().into_owned();
    // SAFETY: the text was allocated by the call above and is freed once.
    unsafe { LocalFree(text.cast()) };
    Ok(id)
}

/// An access list in the memory of Windows.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Descriptor {
    fn parse(text: &str) -> io::Result<Descriptor> {
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut list = ptr::null_mut();
        // SAFETY: the text ends with a NUL, the pointer to the list is ours to write, its size is not asked for.
        checked(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut list,
                ptr::null_mut(),
            )
        })?;
        Ok(Descriptor(list))
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the list was allocated by Windows when this was made, and nobody else frees it.
        unsafe { LocalFree(self.0) };
    }
}

/// The path in its full form, in which it may be longer than 260 letters, ended with a NUL.
fn full_name(path: &Path) -> io::Result<Vec<u16>> {
    let path = std::path::absolute(path)?;
    let mark = match path.components().next() {
        Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::Disk(_)) => r"\\?\",
        // A share, a device or a path that is in its full form already.
        _ => "",
    };
    Ok(mark.encode_utf16().chain(path.as_os_str().encode_wide()).chain([0]).collect())
}

fn checked(done: i32) -> io::Result<()> {
    if done != 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::Security::Authorization::ConvertSecurityDescriptorToStringSecurityDescriptorW;
    use windows_sys::Win32::Security::{DACL_SECURITY_INFORMATION, GetFileSecurityW};

    /// The access list of a file or folder, as Windows writes it.
    fn list_of(path: &Path) -> String {
        let name = full_name(path).unwrap();
        let mut answer = [0_u64; 512];
        let size = u32::try_from(mem::size_of_val(&answer)).unwrap();
        let mut needed = 0;
        // SAFETY: the name ends with a NUL, the answer is `size` bytes long, `needed` is ours to write.
        checked(unsafe {
            GetFileSecurityW(
                name.as_ptr(),
                DACL_SECURITY_INFORMATION,
                answer.as_mut_ptr().cast(),
                size,
                &raw mut needed,
            )
        })
        .unwrap();
        let mut text = ptr::null_mut();
        let mut letters = 0;
        // SAFETY: the answer holds a list, and the pointer to the text and its length are ours to write.
        checked(unsafe {
            ConvertSecurityDescriptorToStringSecurityDescriptorW(
                answer.as_mut_ptr().cast(),
                SDDL_REVISION_1,
                DACL_SECURITY_INFORMATION,
                &raw mut text,
                &raw mut letters,
            )
        })
        .unwrap();
        // SAFETY: the text is so many letters long.
        let list = unsafe { std::slice::from_raw_parts(text, letters as usize) };
        let list = String::from_utf16_lossy(list).trim_end_matches('\0').to_owned();
        // SAFETY: the text was allocated by the call above and is freed once.
        unsafe { LocalFree(text.cast()) };
        list
    }

    /// Whom a list lets in.
    fn let_in(list: &str) -> Vec<String> {
        let entries = list.split('(').skip(1).map(|entry| entry.split(')').next().unwrap());
        let fields = entries.map(|entry| entry.split(';').collect::<Vec<_>>());
        fields.filter(|fields| fields[0] == "A").map(|fields| fields[5].to_owned()).collect()
    }

    #[test]
    fn the_list_of_a_private_folder_and_of_what_is_made_in_it_names_its_person_alone() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("Karcis é 店");
        create(&folder).unwrap();
        let file = folder.join("karcis.db");
        std::fs::write(&file, "books").unwrap();
        let id = own_id().unwrap();
        assert!(id.starts_with("S-1-5-"), "{id}");
        for path in [&folder, &file] {
            let list = list_of(path);
            let mut people = let_in(&list);
            if std::env::var_os("WINEPREFIX").is_some() {
                // Wine keeps nine bits of Unix, reads the owner's as a right of the system as well, and hands nothing down.
                people.retain(|somebody| somebody != "SY" && (path == &folder || somebody != "WD"));
            }
            people.dedup();
            assert_eq!(people, std::slice::from_ref(&id), "{}: {list}", path.display());
        }
    }

    #[test]
    fn a_path_is_taken_in_the_form_that_has_no_limit() {
        let name = |path: &str| String::from_utf16(&full_name(Path::new(path)).unwrap()).unwrap();
        assert_eq!(name(r"C:\Data toko\Karcis"), "\\\\?\\C:\\Data toko\\Karcis\0");
        assert_eq!(name(r"\\server\share\Karcis"), "\\\\server\\share\\Karcis\0");
    }
}

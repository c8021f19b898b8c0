/* Stands in for the window in the installer's trials: Wine has no WebView2 to draw the real one with.
 *   karcis.exe [...]                  runs until it is told to end, then goes on writing for a moment
 *   karcis.exe --deaf                 runs and does not listen
 *   karcis.exe --quit                 tells the one that runs to end
 *   karcis.exe --keep NAME            puts a credential into the Credential Manager
 *   karcis.exe --kept                 prints the names of all credentials */
#include <windows.h>
#include <wincred.h>
#include <stdio.h>
#include <wchar.h>

static const wchar_t *QUIT = L"Local\\karcis-standin-quit";

static FILE *record(const wchar_t *name)
{
    wchar_t path[MAX_PATH];
    GetEnvironmentVariableW(L"LOCALAPPDATA", path, MAX_PATH);
    wcscat(path, L"\\standin-");
    wcscat(path, name);
    wcscat(path, L".txt");
    return _wfopen(path, L"w");
}

static int keep(wchar_t *name)
{
    CREDENTIALW credential = { 0 };
    credential.Type = CRED_TYPE_GENERIC;
    credential.TargetName = name;
    credential.UserName = L"shop";
    credential.CredentialBlob = (BYTE *)"secret";
    credential.CredentialBlobSize = 6;
    credential.Persist = CRED_PERSIST_LOCAL_MACHINE;
    return CredWriteW(&credential, 0) ? 0 : 1;
}

static int kept(void)
{
    CREDENTIALW **all;
    DWORD count;
    if (!CredEnumerateW(NULL, 0, &count, &all)) return 0;
    for (DWORD at = 0; at < count; at++) printf("%ls\n", all[at]->TargetName);
    CredFree(all);
    return 0;
}

int wmain(int count, wchar_t **words)
{
    const wchar_t *wish = count > 1 ? words[1] : L"";
    if (wcscmp(wish, L"--keep") == 0) return keep(words[2]);
    if (wcscmp(wish, L"--kept") == 0) return kept();
    HANDLE quit = CreateEventW(NULL, TRUE, FALSE, QUIT);
    if (wcscmp(wish, L"--quit") == 0) return SetEvent(quit) ? 0 : 1;
    FILE *started = record(L"started");
    for (int at = 1; at < count; at++) fprintf(started, "%ls\n", words[at]);
    fclose(started);
    if (wcscmp(wish, L"--deaf") == 0) Sleep(120000);
    else WaitForSingleObject(quit, 120000);
    FILE *written = record(L"written");
    fputs("half ", written);
    fflush(written);
    Sleep(1500);
    fputs("and whole", written);
    fclose(written);
    return 0;
}

# Tries an installer on a real Windows, where WebView2, the spooler of messages and the list of programs are real.
#   try.ps1 -Setup karcis_0.2.0_x64-setup.exe -Version 0.2.0
# It installs for the user who runs it, and takes everything away again.
param([Parameter(Mandatory)][string]$Setup, [Parameter(Mandatory)][string]$Version)
$ErrorActionPreference = 'Stop'

$folder = Join-Path $env:LOCALAPPDATA 'Programs\Karcis'
$books = Join-Path $env:LOCALAPPDATA 'Karcis'
$listed = 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Uninstall\id.karcis.app'
$run = 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Run'
if (Test-Path $books) { throw "There are books in $books. This is for a PC without any." }

function Assert([string]$What, [bool]$Holds) {
    if (-not $Holds) { throw "Not so: $What" }
    Write-Host "ok  $What"
}
function Invoke-Ended([string]$Program, [string[]]$Arguments, [int]$Seconds = 180) {
    $process = Start-Process $Program -ArgumentList $Arguments -PassThru
    $null = $process.Handle # keeps the exit code
    if (-not $process.WaitForExit($Seconds * 1000)) { throw "$Program did not end within $Seconds s" }
    $process.ExitCode
}
function Wait-Until([string]$What, [scriptblock]$Holds, [int]$Seconds = 60) {
    foreach ($turn in 1..($Seconds * 2)) {
        if (& $Holds) { Write-Host "ok  $What"; return }
        Start-Sleep -Milliseconds 500
    }
    throw "Waited $Seconds s in vain until $What"
}
$window = { Get-Process karcis -ErrorAction SilentlyContinue | Where-Object MainWindowTitle -like '*Karcis*' }

$watch = [Diagnostics.Stopwatch]::StartNew()
Assert 'it installs silently' ((Invoke-Ended $Setup '/S', '/AUTOSTART=1') -eq 0)
Write-Host "    installed in $($watch.Elapsed.TotalSeconds.ToString('0.0')) s"
Assert 'Windows lists it' ((Get-ItemProperty $listed).DisplayVersion -eq $Version)
Assert 'Windows starts it hidden' ((Get-ItemProperty $run).Karcis -eq "`"$folder\karcis.exe`" --hidden")
Assert 'the console says its version' ((& "$folder\karcis-cli.exe" --version) -eq "karcis-cli $Version")
$signature = Get-AuthenticodeSignature "$folder\karcis.exe"
Write-Host "    signature of the window: $($signature.Status) $($signature.SignerCertificate.Subject)"

$watch.Restart()
Start-Process "$folder\karcis.exe"
Wait-Until 'the window opens' { & $window }
Write-Host "    window after $($watch.Elapsed.TotalSeconds.ToString('0.0')) s"
Wait-Until 'the books are made' { Test-Path (Join-Path $books 'karcis.db') }
Start-Process "$folder\karcis.exe"
Start-Sleep -Seconds 5
Assert 'a second start shows the first' (@(Get-Process karcis).Count -eq 1)

Assert 'an upgrade closes it and goes on' ((Invoke-Ended $Setup '/S') -eq 0)
Assert 'it has ended' (-not (Get-Process karcis -ErrorAction SilentlyContinue))
& "$folder\karcis-cli.exe" doctor --data $books
Assert 'the books are whole' ($LASTEXITCODE -eq 0)
Assert 'it still starts with Windows' ($null -ne (Get-ItemProperty $run).Karcis)

Assert 'it is uninstalled' ((Invoke-Ended "$folder\uninstall.exe" '/S', "_?=$folder") -eq 0)
Assert 'the books are kept' (Test-Path (Join-Path $books 'karcis.db'))
Assert 'Windows no longer lists it' (-not (Test-Path $listed))
Remove-Item -Recurse $books, $folder -ErrorAction SilentlyContinue

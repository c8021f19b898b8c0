; Microsoft's WebView2 draws the window. Windows 11 brings it, Windows 10 nearly always; else Microsoft's small set-up gets it.

!define WEBVIEW_CLIENT "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW_ADDRESS "https://go.microsoft.com/fwlink/p/?LinkId=2124703"

!macro ReadWebView2 ROOT KEY
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    ReadRegStr $0 ${ROOT} "${KEY}" "pv"
  ${EndIf}
!macroend

; $0: the version that is installed, "" when none.
Function InstalledWebView2
  StrCpy $0 ""
  SetRegView 32
  !insertmacro ReadWebView2 HKLM "SOFTWARE\${WEBVIEW_CLIENT}"
  SetRegView 64
  !insertmacro ReadWebView2 HKLM "SOFTWARE\${WEBVIEW_CLIENT}"
  !insertmacro ReadWebView2 HKCU "Software\${WEBVIEW_CLIENT}"
  ${If} $0 == "0.0.0.0"
    StrCpy $0 ""
  ${EndIf}
FunctionEnd

; $Result: "" when WebView2 is there, else what went wrong.
Function ProvideWebView2
  StrCpy $Result ""
  Call InstalledWebView2
  ${If} $0 != ""
    DetailPrint "WebView2 $0"
    Return
  ${EndIf}
  InitPluginsDir
  StrCpy $1 "$PLUGINSDIR\MicrosoftEdgeWebview2Setup.exe"
!ifdef WEBVIEW2
  File "/oname=$PLUGINSDIR\MicrosoftEdgeWebview2Setup.exe" "${WEBVIEW2}"
!else
  DetailPrint "$(WEBVIEW_FETCHING)"
  System::Call 'urlmon::URLDownloadToFileW(p 0, w "${WEBVIEW_ADDRESS}", w r1, i 0, p 0) i .r0'
  ${If} $0 <> 0
    StrCpy $Result "URLDownloadToFile: $0"
    Return
  ${EndIf}
!endif
  ; Nothing is run that Microsoft did not sign. The word is asked for, because a missing PowerShell may end with 0 as well.
  nsExec::ExecToStack /TIMEOUT=60000 `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "$$s = Get-AuthenticodeSignature -LiteralPath '$1'; if ($$s.Status -eq 'Valid' -and $$s.SignerCertificate.Subject -match '(^|, )O=Microsoft Corporation(,|$$)') { 'signed' }"`
  Pop $0
  Pop $2
  StrCpy $2 $2 6
  ${If} $2 != "signed"
    StrCpy $Result "Get-AuthenticodeSignature: $0"
    Return
  ${EndIf}
  DetailPrint "$(WEBVIEW_INSTALLING)"
  ExecWait '"$1" /silent /install' $0
  Call InstalledWebView2
  ${If} $0 == ""
    StrCpy $Result "MicrosoftEdgeWebview2Setup"
  ${EndIf}
FunctionEnd

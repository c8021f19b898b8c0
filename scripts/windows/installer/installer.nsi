; The installer of Karcis for Windows, built by build.mjs. Needs makensis 3.08 with the plug-ins it comes with.
;
; Switches (NSIS's own /S and /D=folder besides):
;   /P              shows the progress, asks nothing           /R              starts Karcis afterwards
;   /UPDATE         Karcis itself started it                   /ARGS ...       what Karcis is started with; comes last
;   /LANG=id|en     not the language of Windows                /AUTOSTART=0|1  whether it starts with Windows
;   /WAIT=seconds   how long a running Karcis may take to end  /DOWNGRADE      takes the place of a newer one unasked
; Exit codes: 0 done, 1 cancelled, 2 the file is damaged, 3 done but WebView2 is missing, 4 Karcis did not end,
;   5 a newer one is installed, 6 cannot write, 7 this Windows is too old, 9 another set-up is running.
; Uninstaller: /S, /LANG=, /WAIT=, /DELETEDATA (books too). Exit codes: 0, 1, 4, 6 as above, 8 the data could not be deleted.
; It copies itself away and answers at once; whoever wants its exit code starts it with _?=folder as the last switch.

Unicode true
; The programs are for 64 bits only, and so is what installs them.
Target amd64-unicode
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  ; Both programs hold much of the same; only so far back can the second be packed by the first.
  SetCompressorDictSize 64
!endif
CRCCheck force
AllowSkipFiles off
AllowRootDirInstall false
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
ShowInstDetails hide
ShowUninstDetails hide

!include MUI2.nsh
!include nsDialogs.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include WinMessages.nsh
!insertmacro GetParameters
!insertmacro GetOptions

!define NAME "Karcis"
!define ID "id.karcis.app"
!define PROGRAM "karcis.exe"
!define CONSOLE "karcis-cli.exe"
!define DATA "$LOCALAPPDATA\Karcis"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define TOAST_KEY "Software\Classes\AppUserModelId\${ID}"
!define DEFAULT_FOLDER "$LOCALAPPDATA\Programs\${NAME}"

!define EXIT_WEBVIEW 3
!define EXIT_RUNNING 4
!define EXIT_NEWER 5
!define EXIT_WRITE 6
!define EXIT_WINDOWS 7
!define EXIT_DATA 8
!define EXIT_TWICE 9

Name "${NAME}"
Caption "$(CAPTION)"
UninstallCaption "$(UNCAPTION)"
BrandingText "${NAME} ${VERSION} (${SHORT_COMMIT})"
OutFile "${OUT}"
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif
InstallDir "${DEFAULT_FOLDER}"

VIProductVersion "${ORDER}"
VIFileVersion "${ORDER}"
VIAddVersionKey /LANG=0 ProductName "${NAME}"
VIAddVersionKey /LANG=0 FileDescription "${NAME} Setup"
VIAddVersionKey /LANG=0 FileVersion "${VERSION}"
VIAddVersionKey /LANG=0 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=0 CompanyName "The Karcis authors"
VIAddVersionKey /LANG=0 LegalCopyright "The Karcis authors, AGPL-3.0-only"
VIAddVersionKey /LANG=0 Comments "Commit ${COMMIT}"

Var Switches  ; what this set-up was asked
Var AppSwitches ; what Karcis will be started with
Var Passive
Var Restart
Var Wait      ; seconds
Var Autostart ; "" as it is, "0", "1"
Var Downgrade
Var Earlier   ; the version that is installed, "" when none
Var DeleteData
Var Result    ; of the functions in running.nsh and webview2.nsh

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_ABORTWARNING_TEXT "$(ABORT_TEXT)"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PANEL}"
!define MUI_CUSTOMFUNCTION_GUIINIT CloseWhenPassive

!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhenPassive
!define MUI_PAGE_CUSTOMFUNCTION_SHOW NameFirstButton
!define MUI_PAGE_HEADER_TEXT "$(LICENCE_TITLE)"
!define MUI_PAGE_HEADER_SUBTEXT "$(LICENCE_SUBTITLE)"
!define MUI_LICENSEPAGE_TEXT_TOP "$(LICENCE_TOP)"
!define MUI_LICENSEPAGE_TEXT_BOTTOM "$(LICENCE_BOTTOM)"
!define MUI_LICENSEPAGE_BUTTON "$(^NextBtn)"
!insertmacro MUI_PAGE_LICENSE "$(LICENCE_FILE)"

!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhenThere
!define MUI_PAGE_HEADER_TEXT "$(FOLDER_TITLE)"
!define MUI_PAGE_HEADER_SUBTEXT "$(FOLDER_SUBTITLE)"
!define MUI_DIRECTORYPAGE_TEXT_TOP "$(FOLDER_TOP)"
!define MUI_DIRECTORYPAGE_TEXT_DESTINATION "$(FOLDER_BOX)"
!insertmacro MUI_PAGE_DIRECTORY

!define MUI_PAGE_HEADER_TEXT "$(WORK_TITLE)"
!define MUI_PAGE_HEADER_SUBTEXT "$(WORK_SUBTITLE)"
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(WORK_DONE)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT "$(WORK_DONE_SUB)"
!define MUI_INSTFILESPAGE_ABORTHEADER_TEXT "$(WORK_FAILED)"
!define MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT "$(WORK_FAILED_SUB)"
!insertmacro MUI_PAGE_INSTFILES

!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhenPassive
!define MUI_PAGE_CUSTOMFUNCTION_SHOW ShowAutostart
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE TakeAutostart
!define MUI_FINISHPAGE_TITLE "$(FINISH_TITLE)"
!define MUI_FINISHPAGE_TEXT "$(FINISH_TEXT)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(FINISH_RUN)"
!define MUI_FINISHPAGE_RUN_FUNCTION StartKarcis
; The second box of the page: NSIS means it for a text file.
!define MUI_FINISHPAGE_SHOWREADME
!define MUI_FINISHPAGE_SHOWREADME_TEXT "$(FINISH_AUTOSTART)"
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION Nothing
!insertmacro MUI_PAGE_FINISH

UninstPage custom un.AskAboutData un.TakeAboutData
!define MUI_PAGE_HEADER_TEXT "$(UNWORK_TITLE)"
!define MUI_PAGE_HEADER_SUBTEXT "$(WORK_SUBTITLE)"
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(UNWORK_DONE)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT "$(UNWORK_DONE_SUB)"
!insertmacro MUI_UNPAGE_INSTFILES

; Windows that speaks neither language gets the first.
!insertmacro MUI_LANGUAGE "Indonesian"
!insertmacro MUI_LANGUAGE "English"
!include texts.nsh
LicenseLangString LICENCE_FILE ${LANG_INDONESIAN} "${DOCS}/licence-id.txt"
LicenseLangString LICENCE_FILE ${LANG_ENGLISH} "${DOCS}/licence-en.txt"

; Says why nothing more is done, and ends with a number that tells a script the same.
!macro Refuse CODE TEXT
  SetErrorLevel ${CODE}
  MessageBox MB_OK|MB_ICONEXCLAMATION "$(${TEXT})" /SD IDOK
!macroend

!include switches.nsh
!include running.nsh
!include files.nsh
!include webview2.nsh
!include credentials.nsh

Function .onInit
  Call ReadSwitches
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "Local\${ID}.setup") p .r1 ?e'
  Pop $0
  ${If} $0 = 183 ; ERROR_ALREADY_EXISTS
    !insertmacro Refuse ${EXIT_TWICE} TWICE
    Quit
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse ${EXIT_WINDOWS} OLD_WINDOWS
    Quit
  ${EndIf}
  Call FindEarlier
FunctionEnd

Function FindEarlier
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ReadRegStr $Earlier HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ReadRegStr $1 HKCU "${UNINSTALL_KEY}" "KarcisOrder"
  ${If} $0 == ""
  ${OrIfNot} ${FileExists} "$0\${PROGRAM}"
    StrCpy $Earlier ""
    Return
  ${EndIf}
  StrCpy $INSTDIR $0
  ${VersionCompare} "$1" "${ORDER}" $2
  ${If} $2 = 1
  ${AndIf} $Downgrade != 1
    ${If} ${Silent}
    ${OrIf} $Passive = 1
      !insertmacro Refuse ${EXIT_NEWER} NEWER
      Call StartAgain
      Quit
    ${EndIf}
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(NEWER_ASK)" IDYES +3
    SetErrorLevel ${EXIT_NEWER}
    Quit
  ${EndIf}
FunctionEnd

; Where the program is already, the first page is the last thing to say no to.
Function NameFirstButton
  ${If} $Earlier != ""
    GetDlgItem $0 $HWNDPARENT 1
    SendMessage $0 ${WM_SETTEXT} 0 "STR:$(^InstallBtn)"
  ${EndIf}
FunctionEnd

Function SkipWhenPassive
  ${If} $Passive = 1
    Abort
  ${EndIf}
FunctionEnd

; An upgrade stays where it is.
Function SkipWhenThere
  ${If} $Passive = 1
  ${OrIf} $Earlier != ""
    Abort
  ${EndIf}
FunctionEnd

Function Nothing
FunctionEnd

Function CloseWhenPassive
  ${If} $Passive = 1
    SetAutoClose true
  ${EndIf}
FunctionEnd

Section "Karcis"
  AddSize ${KILOBYTES}
  Call PutFiles
  Call Register
  Call Autostart
SectionEnd

Section "WebView2"
  Call ProvideWebView2
  ${If} $Result != ""
    DetailPrint "$Result"
    !insertmacro Refuse ${EXIT_WEBVIEW} WEBVIEW_MISSING
  ${EndIf}
SectionEnd

Function Register
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}" "" "$INSTDIR\${PROGRAM}" 0
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Karcis authors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Comments" "Commit ${COMMIT}"
!if "${SOURCE}" != ""
  WriteRegStr HKCU "${UNINSTALL_KEY}" "URLInfoAbout" "${SOURCE}"
!endif
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "KarcisOrder" "${ORDER}"
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
  ; Under this name and picture Windows shows our notifications.
  WriteRegStr HKCU "${TOAST_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${TOAST_KEY}" "IconUri" "$INSTDIR\karcis.png"
FunctionEnd

; The same value as the setting inside Karcis.
Function Autostart
  ${If} $Autostart = 1
    WriteRegStr HKCU "${RUN_KEY}" "${NAME}" '"$INSTDIR\${PROGRAM}" ${AUTOSTART_SWITCH}'
    ; Whoever asks for it now has forgotten that it was switched off in the Task Manager.
    DeleteRegValue HKCU "${RUN_APPROVED_KEY}" "${NAME}"
  ${ElseIf} $Autostart == "0"
    DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
  ${EndIf}
FunctionEnd

Function ShowAutostart
  ReadRegStr $0 HKCU "${RUN_KEY}" "${NAME}"
  ${If} $0 != ""
    SendMessage $mui.FinishPage.ShowReadme ${BM_SETCHECK} ${BST_CHECKED} 0
  ${EndIf}
FunctionEnd

Function TakeAutostart
  SendMessage $mui.FinishPage.ShowReadme ${BM_GETCHECK} 0 0 $0
  ReadRegStr $1 HKCU "${RUN_KEY}" "${NAME}"
  StrCpy $Autostart ""
  ${If} $0 = ${BST_CHECKED}
  ${AndIf} $1 == ""
    StrCpy $Autostart 1
  ${ElseIf} $0 <> ${BST_CHECKED}
    StrCpy $Autostart "0"
  ${EndIf}
  Call Autostart
FunctionEnd

Function StartKarcis
  SetOutPath $INSTDIR
  Exec '"$INSTDIR\${PROGRAM}" $AppSwitches'
FunctionEnd

; The updater has ended Karcis for this; a shop is not left without its counter, whatever became of the upgrade.
Function StartAgain
  ${If} $Restart = 1
  ${AndIf} ${FileExists} "$INSTDIR\${PROGRAM}"
    Call StartKarcis
  ${EndIf}
FunctionEnd

Function .onInstSuccess
  Call StartAgain
FunctionEnd

Function .onInstFailed
  RMDir /r "$INSTDIR\new"
  ; Only when nothing else is in it.
  SetOutPath $TEMP
  RMDir "$INSTDIR"
  Call StartAgain
FunctionEnd

!include uninstall.nsh

; A running Karcis is asked to end as by its own menu, and waited for. It is never killed: it may be writing.

!macro Running UN
; $Result: "" when the programs can be exchanged, else the file that is in use.
Function ${UN}InUse
  StrCpy $Result ""
  !insertmacro InUse "${PROGRAM}"
  !insertmacro InUse "${CONSOLE}"
  !insertmacro InUse "WebView2Loader.dll"
FunctionEnd

; $Result as of InUse, after a running Karcis was asked to end and had $Wait seconds for it.
Function ${UN}EndRunning
  again:
  Call ${UN}InUse
  ${If} $Result == ""
    Return
  ${EndIf}
  DetailPrint "$(ENDING)"
  ; The one that runs is told by the one that starts, which opens nothing.
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    Exec '"$INSTDIR\${PROGRAM}" ${QUIT_SWITCH}'
  ${EndIf}
  IntOp $0 $Wait * 4
  ${Do}
    Sleep 250
    IntOp $0 $0 - 1
    Call ${UN}InUse
    ${If} $Result != ""
    ${AndIf} $0 <= 0
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_RUNNING)" /SD IDCANCEL IDRETRY again
      Return
    ${EndIf}
  ${LoopUntil} $Result == ""
FunctionEnd
!macroend

!macro InUse FILE
  ${If} ${FileExists} "$INSTDIR\${FILE}"
    ClearErrors
    FileOpen $1 "$INSTDIR\${FILE}" a
    ${If} ${Errors}
      StrCpy $Result "${FILE}"
    ${Else}
      FileClose $1
    ${EndIf}
  ${EndIf}
  ClearErrors
!macroend

!insertmacro Running ""
!insertmacro Running "un."

; Takes Karcis away again. The books stay unless somebody says otherwise twice.

Function un.onInit
  Call un.ReadSwitches
FunctionEnd

; The page is left out where there are no books.
Function un.AskAboutData
  ${IfNot} ${FileExists} "${DATA}\karcis.db"
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(DATA_TITLE)" "$(DATA_SUBTITLE)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 34u "$(DATA_TEXT)"
  Pop $0
  ${NSD_CreateLabel} 0 36u 100% 12u "${DATA}"
  Pop $0
  ${NSD_CreateRadioButton} 8u 56u 100% 12u "$(DATA_KEEP)"
  Pop $1
  ${NSD_CreateRadioButton} 8u 74u 100% 12u "$(DATA_DELETE)"
  Pop $2
  ${NSD_CreateLabel} 20u 88u -20u 34u "$(DATA_DELETE_TEXT)"
  Pop $0
  ${If} $DeleteData = 1
    ${NSD_Check} $2
  ${Else}
    ${NSD_Check} $1
  ${EndIf}
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:$(^UninstallBtn)"
  nsDialogs::Show
FunctionEnd

Function un.TakeAboutData
  ${NSD_GetState} $2 $0
  StrCpy $DeleteData 0
  ${If} $0 = ${BST_CHECKED}
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(DATA_SURE)" IDYES +2
    Abort
    StrCpy $DeleteData 1
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.EndRunning
  ${If} $Result != ""
    SetErrorLevel ${EXIT_RUNNING}
    DetailPrint "$Result"
    Abort "$(STILL_RUNNING_SHORT)"
  ${EndIf}
  ${If} $DeleteData = 1
    Call un.DeleteBooks
  ${EndIf}
  ; What the webview remembers of the look of pages, and where the window stood: no books.
  RMDir /r "$LOCALAPPDATA\${ID}"
  RMDir /r "$APPDATA\${ID}"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
  DeleteRegValue HKCU "${RUN_APPROVED_KEY}" "${NAME}"
  DeleteRegKey HKCU "${TOAST_KEY}"
  ClearErrors
  !insertmacro EachFile Remove
  ${If} ${Errors}
    !insertmacro Refuse ${EXIT_WRITE} UNWRITABLE
    Abort "$(UNWRITABLE)"
  ${EndIf}
  ; Started with _?= it runs from there, and stays.
  Delete "$INSTDIR\uninstall.exe"
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd

; Whole or not at all: a folder somebody works in cannot be renamed.
Function un.DeleteBooks
  ${IfNot} ${FileExists} "${DATA}\karcis.db"
    Return
  ${EndIf}
  ; The engine of the books keeps them open for writing; only then can nobody else.
  ClearErrors
  FileOpen $0 "${DATA}\karcis.db" a
  ${If} ${Errors}
    Goto inuse
  ${EndIf}
  FileClose $0
  Rename "${DATA}" "${DATA}.deleted"
  RMDir /r "${DATA}.deleted"
  ${If} ${Errors}
    Goto inuse
  ${EndIf}
  Call un.ForgetKeys
  Return

  inuse:
  !insertmacro Refuse ${EXIT_DATA} DATA_IN_USE
  Abort "$(DATA_IN_USE)"
FunctionEnd

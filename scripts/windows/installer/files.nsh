; The files of Karcis come into place all or none: first beside the old ones, then in their stead.

!macro EachFile DO
  !insertmacro ${DO} "${PROGRAM}"
  !insertmacro ${DO} "${CONSOLE}"
  !insertmacro ${DO} "WebView2Loader.dll"
  !insertmacro ${DO} "LICENSE.txt"
  !insertmacro ${DO} "THIRD-PARTY-NOTICES.md"
  !insertmacro ${DO} "SOURCE.txt"
  !insertmacro ${DO} "karcis.png"
!macroend

!macro PutInPlace FILE
  ${If} ${FileExists} "$INSTDIR\${FILE}"
    Rename "$INSTDIR\${FILE}" "$INSTDIR\old\${FILE}"
  ${EndIf}
  Rename "$INSTDIR\new\${FILE}" "$INSTDIR\${FILE}"
!macroend

!macro PutBack FILE
  ${If} ${FileExists} "$INSTDIR\old\${FILE}"
    Delete "$INSTDIR\${FILE}"
    Rename "$INSTDIR\old\${FILE}" "$INSTDIR\${FILE}"
  ${EndIf}
!macroend

!macro Remove FILE
  Delete "$INSTDIR\${FILE}"
!macroend

Function PutFiles
  ; What a set-up left that was cut off.
  !insertmacro EachFile PutBack
  !insertmacro PutBack "uninstall.exe"
  RMDir /r "$INSTDIR\old"
  RMDir /r "$INSTDIR\new"
  ; A full disk ends the section inside `File`, with this number.
  SetErrorLevel ${EXIT_WRITE}
  ClearErrors
  SetOutPath "$INSTDIR\new"
  ${If} ${Errors}
    Goto unwritable
  ${EndIf}
  File "${BIN}/${PROGRAM}"
  File "${BIN}/${CONSOLE}"
  File "${BIN}/WebView2Loader.dll"
  File "/oname=LICENSE.txt" "${DOCS}/LICENSE.txt"
  File "${DOCS}/THIRD-PARTY-NOTICES.md"
  File "${DOCS}/SOURCE.txt"
  File "/oname=karcis.png" "${PICTURE}"
  WriteUninstaller "$INSTDIR\new\uninstall.exe"
  ${If} ${Errors}
    Goto unwritable
  ${EndIf}
  SetOutPath $INSTDIR

  Call EndRunning
  ${If} $Result != ""
    SetErrorLevel ${EXIT_RUNNING}
    DetailPrint "$Result"
    Abort "$(STILL_RUNNING_SHORT)"
  ${EndIf}

  ClearErrors
  CreateDirectory "$INSTDIR\old"
  !insertmacro EachFile PutInPlace
  !insertmacro PutInPlace "uninstall.exe"
  ${If} ${Errors}
    !insertmacro EachFile PutBack
    !insertmacro PutBack "uninstall.exe"
    Goto unwritable
  ${EndIf}
  RMDir /r "$INSTDIR\old"
  RMDir "$INSTDIR\new"
  ClearErrors
  SetErrorLevel 0
  Return

  unwritable:
  !insertmacro Refuse ${EXIT_WRITE} UNWRITABLE
  Abort "$(UNWRITABLE)"
FunctionEnd

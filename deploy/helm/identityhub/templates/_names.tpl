{{- define "identityhub.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "identityhub.selector" -}}
app.kubernetes.io/name: identityhub
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "identityhub.labels" -}}
{{ include "identityhub.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "identityhub.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "identityhub.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "identityhub.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "identityhub.settings" -}}
- name: ASPNETCORE_ENVIRONMENT
  value: Production
- name: IdentityHub__Issuer
  value: {{ .Values.issuer | quote }}
- name: IdentityHub__KeyProtection__KeyFile
  value: /etc/identityhub/key/hub.key
{{- if .Values.config.configMap }}
- name: IdentityHub__ConfigDirectory
  value: /etc/identityhub/config
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "identityhub.settingsFrom" -}}
{{- range .Values.settingsFrom }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- if .Values.config.secret }}
- secretRef:
    name: {{ .Values.config.secret }}
{{- end }}
{{- end -}}

{{- define "identityhub.volumes" -}}
- name: key
  secret:
    secretName: {{ .Values.keyFile.secret }}
    defaultMode: 288
    items:
      - key: {{ .Values.keyFile.key }}
        path: hub.key
- name: tmp
  emptyDir:
    medium: Memory
    sizeLimit: 16Mi
{{- if .Values.config.configMap }}
- name: config
  configMap:
    name: {{ .Values.config.configMap }}
{{- end }}
{{- end -}}

{{- define "identityhub.mounts" -}}
- name: key
  mountPath: /etc/identityhub/key
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if .Values.config.configMap }}
- name: config
  mountPath: /etc/identityhub/config
  readOnly: true
{{- end }}
{{- end -}}

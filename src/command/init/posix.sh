awsauth() {
  case "${1-}" in
    '' | -* | unset) ;;
    *) command aws-auth "$@"; return ;;
  esac
  case "$*" in
    *--format* | *--write-profile* | *--help* | *--version*) command aws-auth "$@"; return ;;
  esac
  (unset -v AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION \
    AWS_SESSION_EXPIRATION AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN) 2>/dev/null || {
    echo 'awsauth: an AWS variable of this shell is readonly, so it would keep its old value' >&2
    return 10
  }
  local statements traced code
  traced=$- code=0
  { set +xv; } 2>/dev/null
  statements=$(command aws-auth "$@" --shell sh) || code=$?
  case "$code $statements" in
    '0 '*'export AWS_REGION='*)
      (unset -v AWS_REGION AWS_DEFAULT_REGION) 2>/dev/null || {
        echo 'awsauth: AWS_REGION or AWS_DEFAULT_REGION of this shell is readonly, so it would keep its old value' >&2
        code=10
      }
      ;;
  esac
  case "$code $statements" in
    '0 unset '*) eval "$statements" || code=$? ;;
    '0 '?*) printf '%s\n' "$statements" ;;
  esac
  statements=
  case "$traced" in *v*) set -v ;; esac
  case "$traced" in *x*) set -x ;; esac
  return "$code"
}

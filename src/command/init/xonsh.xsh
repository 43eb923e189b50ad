def _awsauth(args, stdin=None, stdout=None, stderr=None):
    import subprocess
    first = args[0] if args else ''
    shows = any(arg.startswith(('--format', '--shell', '--write-profile', '--help', '--version')) for arg in args)
    streams = {'env': __xonsh__.env.detype(), 'stdin': stdin, 'stderr': stderr}
    if shows or not (first in ('', 'unset', 'serve') or first.startswith('-')):
        code = subprocess.run(['aws-auth', *args], stdout=stdout, **streams).returncode
    else:
        streams['env']['AWSAUTH_FUNCTION'] = 'xonsh'
        verb = [first] if first in ('unset', 'serve') else []
        done = subprocess.run(['aws-auth', *verb, '--shell', 'xonsh', *args[len(verb):]], stdout=subprocess.PIPE, **streams)
        code, statements = done.returncode, done.stdout.decode()
        if code == 0 and statements.startswith('${...}.pop'):
            execx(statements)
        elif code == 0:
            print(statements, end='', file=stdout)
    return code if code >= 0 else 128 - code
from xonsh.tools import unthreadable as _awsauth_unthreadable
aliases['awsauth'] = _awsauth_unthreadable(_awsauth)

"""All of a provider's own pages."""

from services.governance.web.own import answering_page, my_page

ROUTERS = (my_page.router, answering_page.router)
